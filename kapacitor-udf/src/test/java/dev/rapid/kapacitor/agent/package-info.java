/** Tests of the agent's side: real sockets, virtual time, and functions that a test answers for. */
@NullMarked
package dev.rapid.kapacitor.agent;

import org.jspecify.annotations.NullMarked;
