package dev.rapid.runtimes;

/**
 * One line for the log of the program.
 *
 * @param warning whether the user should change something; else it says what was chosen
 * @param text the line
 */
public record Notice(boolean warning, String text) {

  static Notice info(String text) {
    return new Notice(false, text);
  }

  static Notice warning(String text) {
    return new Notice(true, text);
  }
}
