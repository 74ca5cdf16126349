"""`python -m notification serve|migrate`."""

from notification.service import SERVICE
from omnitech_chassis.command import run

if __name__ == "__main__":
    run(SERVICE)
