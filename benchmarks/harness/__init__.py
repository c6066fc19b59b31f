"""What the benchmarks share: posts, servers, the client, the bare runtime, figures."""
