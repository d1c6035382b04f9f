"""Every change of state: permission, change and audit entry in one transaction; keyword-only, the actor as `by=`."""
