"""What OmniTech's services share: a request comes in, is traced, guarded, limited; a reply or a problem goes out.

Settings flow in from the environment, spans flow out to X-Ray, log lines to stdout.
"""
