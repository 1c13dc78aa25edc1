/**
 * Answers. {@link dev.rapid.http.answer.Answers} sends whole ones and is the place to begin; {@link
 * dev.rapid.http.answer.StreamedAnswer} writes pieces at the pace of a {@code Pacer}; {@link
 * dev.rapid.http.answer.StandardAnswers} are those to requests that no route takes.
 */
@NullMarked
package dev.rapid.http.answer;

import org.jspecify.annotations.NullMarked;
