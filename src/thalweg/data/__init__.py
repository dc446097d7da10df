"""From files, frames and arrays to labelled examples, split once, with the test part sealed."""
