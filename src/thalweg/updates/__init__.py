"""Update rules: from gradients to parameter changes, as Optax transformations."""
