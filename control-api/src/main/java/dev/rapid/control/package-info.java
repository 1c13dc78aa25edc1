/**
 * The standalone control API: a client initialises, reserves, invokes, resets and ends the sandbox
 * step by step (contract lifecycle-and-control, section 3).
 *
 * <p>Begin with {@link dev.rapid.control.ControlApi}: it holds the table of all endpoints, one
 * handler each. What it changes of the function outside of the sandbox comes in as {@link
 * dev.rapid.control.ControlledFunction}. A client holds a {@code Reservation}, which the {@code
 * ReservationDesk} gives out; {@link dev.rapid.control.EventLog} keeps what the client can read
 * afterwards.
 */
@NullMarked
package dev.rapid.control;

import org.jspecify.annotations.NullMarked;
