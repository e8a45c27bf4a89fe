/** Reports on datasets: what was found in one, as sentences and as a page. */
package dev.convoy.driver.dataset;
