/**
 * The page of an explanation: {@link dev.convoy.driver.explain.page.Page} writes one section after
 * the other with {@link dev.convoy.driver.explain.page.Html}; pictures are drawn as pixels, in the
 * colours of {@link dev.convoy.driver.explain.page.Colours}, and kept in an {@link
 * dev.convoy.driver.explain.page.Album}, from which they go into the page and into files.
 *
 * <p>One language of colours: red is above 0, blue below, nearly white is 0; green is a share or a
 * probability; orange marks a place.
 */
package dev.convoy.driver.explain.page;
