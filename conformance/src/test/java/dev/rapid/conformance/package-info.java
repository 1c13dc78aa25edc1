/**
 * Real callers and real function processes against the packaged program, on the loopback interface.
 *
 * <p>Nothing here sees a class of Rapid: the tests know its launchers, its command line, its HTTP
 * interfaces and what is left of it when it ends.
 */
@NullMarked
package dev.rapid.conformance;

import org.jspecify.annotations.NullMarked;
