package dev.rapid.core.fleet;

import dev.rapid.core.sandbox.Sandbox;

/**
 * A sandbox of a fleet at one moment.
 *
 * @param number as of {@link Membership#number}
 * @param provisioned as of {@link Membership#provisioned}
 * @param running how many invocations it has
 */
public record Member(int number, boolean provisioned, int running, Sandbox sandbox) {}
