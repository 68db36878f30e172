"""Statistics on coded and predicted labels: agreement between coders, shares with honest intervals."""
