"""OmniTech's User Management service: accounts flow in and out over HTTP; each creation sends one mail, never none.

The account and its mail are committed together; a relay hands the mail to Notification until it is accepted.
"""
