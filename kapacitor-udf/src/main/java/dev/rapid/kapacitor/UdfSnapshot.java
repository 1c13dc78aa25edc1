package dev.rapid.kapacitor;

/**
 * Names a snapshot of a sandbox (contract kapacitor-udf, section 11.2).
 *
 * @param function whose sandbox it is
 * @param id of the snapshot
 * @param digest of what the snapshot has, so that another one is not taken for it
 */
public record UdfSnapshot(String function, String id, String digest) {}
