package dev.rapid.emulator.fn;

import org.jspecify.annotations.Nullable;

/**
 * The reference of an image in its full form, so that equal images have equal references (contract
 * fn-runner, section 4.1).
 *
 * @param repository with its registry: {@code docker.io/library/alpine}
 * @param version a tag or a digest, with the character before it; null if the text has none
 */
record ImageReference(String repository, @Nullable String version) {

  private static final String USUAL_REGISTRY = "docker.io";
  private static final String USUAL_NAMESPACE = "library/";
  private static final String USUAL_VERSION = ":latest";

  /** Returns the reference that a text stands for. */
  static ImageReference parse(String text) {
    int digest = text.indexOf('@');
    String name = digest < 0 ? text : text.substring(0, digest);
    // A colon before the last slash begins the port of the registry.
    int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
    String version = digest >= 0 ? text.substring(digest) : tag >= 0 ? name.substring(tag) : null;
    return new ImageReference(repository(tag < 0 ? name : name.substring(0, tag)), version);
  }

  private static String repository(String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean hasRegistry =
        first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
    String registry = hasRegistry ? first : USUAL_REGISTRY;
    String path = hasRegistry ? name.substring(slash + 1) : name;
    boolean needsNamespace = registry.equals(USUAL_REGISTRY) && path.indexOf('/') < 0;
    return registry + "/" + (needsNamespace ? USUAL_NAMESPACE : "") + path;
  }

  /** Returns the same with the usual tag, if it has none. */
  ImageReference complete() {
    return version == null ? new ImageReference(repository, USUAL_VERSION) : this;
  }
}
