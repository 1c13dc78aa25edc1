package dev.rapid.emulator;

import java.io.IOException;

/**
 * Keeps XNIO from registering itself with JMX: that would load the whole of JMX, which takes longer
 * than the rest of our start and 8 MB of memory. XNIO ignores the failure; other code can use JMX
 * afterwards.
 */
final class WithoutJmx {

  /** Names the class that creates MBean servers; without such a class, none is created. */
  private static final String MBEAN_SERVER_BUILDER = "javax.management.builder.initial";

  private WithoutJmx() {}

  /** A start that can fail. */
  @FunctionalInterface
  interface Start<T> {
    T start() throws IOException;
  }

  /** Returns the result of {@code start}. */
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
