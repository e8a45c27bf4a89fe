/**
 * The page of an explanation. {@link dev.convoy.driver.explain.page.Page} writes its sections with
 * {@link dev.convoy.driver.explain.page.Html}. Pictures are drawn as pixels in the colours of
 * {@link dev.convoy.driver.explain.page.Colours} and collected in an {@link
 * dev.convoy.driver.explain.page.Album}, which embeds them in the page and provides the files.
 *
 * <p>Colours have one meaning on the whole page: red is above 0, blue below, nearly white is 0;
 *
 * <p>import dev.convoy.driver.html.Html; green is a share or a probability; orange marks a
 * position.
 */
package dev.convoy.driver.explain.page;
