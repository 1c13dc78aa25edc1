package dev.rapid.emulator;

import java.io.IOException;

/**
 * Keeps XNIO from registering itself with JMX: that would load the whole of JMX, which takes longer
 * than the rest of our start and 8 MB of memory. XNIO ignores that it cannot; others can use JMX
 * afterwards.
 */
final class WithoutJmx {

  /** Names the class that makes MBean servers; if there is no such class, none is made. */
  private static final String MBEAN_SERVER_BUILDER = "javax.management.builder.initial";

  private WithoutJmx() {}

  /** Starts something that can fail. */
  @FunctionalInterface
  interface Start<T> {
    T start() throws IOException;
  }

  /** Returns what {@code start} starts. */
  static synchronized <T> T start(Start<T> start) throws IOException {
    String before = System.getProperty(MBEAN_SERVER_BUILDER);
    System.setProperty(MBEAN_SERVER_BUILDER, "none");
    try {
      return start.start();
    } finally {
      if (before == null) {
        System.clearProperty(MBEAN_SERVER_BUILDER);
      } else {
        System.setProperty(MBEAN_SERVER_BUILDER, before);
      }
    }
  }
}
