"""Which hosts are this machine: to them alone mail travels unencrypted."""

import ipaddress


def is_local(host: str) -> bool:
    """Whether the name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
