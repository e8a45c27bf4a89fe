/**
 * Preparation of the rows of tables: {@link dev.convoy.driver.prepare.TablePreparer}. Files of
 * images are prepared by {@link dev.convoy.data.prepare.Preparer} alone.
 */
package dev.convoy.driver.prepare;
