"""Find the button that pays most often, in as few turns as possible."""
