package dev.rapid.queue.store;

import org.jspecify.annotations.Nullable;

/** The names of lanes in the store. */
public final class Lanes {

  private static final String FUNCTION = "function/";
  private static final String DESTINATION = "destination/";

  private Lanes() {}

  /** Returns the lane of a function's events. */
  public static String ofFunction(String name) {
    return FUNCTION + name;
  }

  /** Returns the lane of deliveries to a destination. */
  public static String ofDestination(String name) {
    return DESTINATION + name;
  }

  /** Returns whether the entries of a lane are deliveries. */
  public static boolean isOfDestination(String lane) {
    return lane.startsWith(DESTINATION);
  }

  /** Returns the function of a lane of events, null if it is another lane. */
  public static @Nullable String functionOf(String lane) {
    return lane.startsWith(FUNCTION) ? lane.substring(FUNCTION.length()) : null;
  }

  /** Returns the destination of a lane of deliveries, null if it is another lane. */
  public static @Nullable String destinationOf(String lane) {
    return isOfDestination(lane) ? lane.substring(DESTINATION.length()) : null;
  }
}
