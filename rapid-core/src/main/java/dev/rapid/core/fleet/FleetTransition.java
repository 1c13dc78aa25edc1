package dev.rapid.core.fleet;

import java.util.List;

/** What follows from an event: the next state, and what to do in this order. */
record FleetTransition(FleetState next, List<FleetEffect> effects) {}
