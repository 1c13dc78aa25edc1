/**
 * The standalone control API: a client initialises, reserves, invokes, resets and ends the sandbox
 * in separate steps (contract lifecycle-and-control, section 3).
 *
 * <p>Begin with {@link dev.rapid.control.ControlApi}: it holds the table of all endpoints, one
 * handler each. It changes the function outside of the sandbox through {@link
 * dev.rapid.control.ControlledFunction}. A client holds a {@code Reservation}, which it gets from
 * the {@code ReservationDesk}. {@link dev.rapid.control.EventLog} keeps the log that the client can
 * read.
 */
@NullMarked
package dev.rapid.control;

import org.jspecify.annotations.NullMarked;
