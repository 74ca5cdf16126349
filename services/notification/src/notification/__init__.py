"""OmniTech's Notification service: a request to send flows in, a mail flows out over SMTP, once.

One source, two releases: V1 writes plain text; V2 HTML and text, lets people unsubscribe, and shows its deliveries.
"""
