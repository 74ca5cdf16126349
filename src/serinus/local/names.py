"""The names of the laptop's Deployments and its route: those of the manifests. In: nothing. Out: constants."""

from __future__ import annotations

USER_MANAGEMENT = "usermgmt-microservice"
STABLE = "v1-notification-microservice"
CANARY = "v2-notification-microservice"
NOTIFICATION = "notification-clusterip-service"
SMTP = "smtp-service"
XRAY = "xray-service"
CONTROLLER = "serinus-controller"
TRAEFIK = "traefik"
HOST = "canarydemo.omnitechsol.com"
