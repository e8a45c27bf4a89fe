/**
 * The page of a run, and the page that compares several: {@link dev.convoy.driver.runpage.RunView}
 * reads the files of a run, and {@link dev.convoy.driver.runpage.RunPage} shows them. Nothing here
 * takes part in training.
 */
package dev.convoy.driver.runpage;
