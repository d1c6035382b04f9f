"""Who may do what. Its one rule: `may` is pure and default-deny; screens, actions and routes all ask it."""
