package dev.rapid.templates.language;

import org.jspecify.annotations.Nullable;

/**
 * What references to resources give (contract templates-and-runtimes, section 3.3). An
 * implementation may resolve properties of the resource; {@link Resolver} notices references that
 * need each other.
 */
public interface ReferenceValues {

  /** Values of no resource. */
  ReferenceValues NONE =
      new ReferenceValues() {
        @Override
        public @Nullable String ref(String logicalId, Resolver resolver) {
          return null;
        }

        @Override
        public @Nullable String attribute(String logicalId, String attribute, Resolver resolver) {
          return null;
        }
      };

  /**
   * Returns what {@code Ref} gives.
   *
   * @param resolver asks for the value; resolves what the answer depends on
   * @return null if there is no such resource
   */
  @Nullable String ref(String logicalId, Resolver resolver);

  /**
   * Returns what {@code Fn::GetAtt} gives. SAM's {@code !Ref MyFunction.Alias} asks for the
   * attribute {@code Alias} of {@code MyFunction}.
   *
   * @param attribute the part after the first dot, such as {@code Arn} or {@code Outputs.Name}
   * @param resolver asks for the value; resolves what the answer depends on
   * @return null if it is not known
   */
  @Nullable String attribute(String logicalId, String attribute, Resolver resolver);

  /** Returns the value of an export of a stack, null if no stack here has it. */
  default @Nullable String export(String name) {
    return null;
  }
}
