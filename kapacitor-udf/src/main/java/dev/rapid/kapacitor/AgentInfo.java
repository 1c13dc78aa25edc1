package dev.rapid.kapacitor;

/** What an agent has said of itself. Only the session of another process of it reads that. */
public interface AgentInfo {}
