package io.distributedlock.autoconfigure.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import io.distributedlock.LockStoreException;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ScriptStatementFailedException;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.util.StringUtils;

/**
 * Creates the tables of the locks. Our own script follows the configured table name; a
 * script of the user is run as it is.
 */
class LockSchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private static final Logger logger = LoggerFactory.getLogger(LockSchemaInitializer.class);

	/** The start of the names of our tables, so that all of them are renamed alike. */
	private static final Pattern TABLE_NAME = Pattern
		.compile("\\b" + JdbcLockStoreConfig.DEFAULT_TABLE_NAME + "(?=(_waiter)?\\b)");

	/** How many tables a script of ours has, at most. */
	private static final int TABLES = 2;

	private final JdbcLockProperties properties;

	LockSchemaInitializer(DataSource dataSource, JdbcLockProperties properties) {
		super(dataSource, settings(dataSource, properties));
		this.properties = properties;
	}

	/**
	 * As of Spring Boot, but a database that is not going to be initialized is not asked
	 * of what kind it is: it may be down, or unknown and used for other things.
	 */
	private static DatabaseInitializationSettings settings(DataSource dataSource, JdbcLockProperties properties) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setContinueOnError(properties.isContinueOnError());
		settings.setMode(properties.getInitializeSchema());
		if (properties.getInitializeSchema() == DatabaseInitializationMode.ALWAYS
				|| EmbeddedDatabaseConnection.isEmbedded(dataSource)) {
			settings.setSchemaLocations(schemaLocations(dataSource, properties));
		}
		return settings;
	}

	static List<String> schemaLocations(DataSource dataSource, JdbcLockProperties properties) {
		PlatformPlaceholderDatabaseDriverResolver resolver = new PlatformPlaceholderDatabaseDriverResolver();
		String platform = properties.getPlatform();
		if (StringUtils.hasText(platform)) {
			return resolver.resolveAll(platform, properties.getSchema());
		}
		try {
			return isMariaDb(dataSource) ? resolver.resolveAll(DatabaseDriver.MARIADB.getId(), properties.getSchema())
					: resolver.resolveAll(dataSource, properties.getSchema());
		}
		catch (RuntimeException | MetaDataAccessException ex) {
			throw new LockStoreException(
					"Provider jdbc cannot create its table: the database does not tell of what kind it is", ex);
		}
	}

	/** MySQL's driver says that MariaDB is MySQL, of another version. */
	private static boolean isMariaDb(DataSource dataSource) throws MetaDataAccessException {
		return JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductVersion)
			.contains("MariaDB");
	}

	@Override
	protected void runScripts(Scripts scripts) {
		boolean ours = JdbcLockProperties.DEFAULT_SCHEMA_LOCATION.equals(this.properties.getSchema());
		boolean renamed = !JdbcLockStoreConfig.DEFAULT_TABLE_NAME.equals(this.properties.getTableName());
		if (ours) {
			runRepeatedly(renamed ? renamed(scripts) : scripts);
		}
		else {
			super.runScripts(scripts);
		}
	}

	/**
	 * Where several nodes create a table at the same time, PostgreSQL fails all but one,
	 * even with {@code if not exists}. What the others created is there in the next
	 * attempt, so each table costs one at most.
	 */
	private void runRepeatedly(Scripts scripts) {
		for (int attempt = 1; attempt <= TABLES; attempt++) {
			try {
				super.runScripts(scripts);
				return;
			}
			catch (ScriptStatementFailedException ex) {
				logger.debug("Could not create the tables, and tries again", ex);
			}
		}
		super.runScripts(scripts);
	}

	private Scripts renamed(Scripts scripts) {
		List<Resource> renamed = new ArrayList<>();
		String tableName = Matcher.quoteReplacement(this.properties.getTableName());
		for (Resource script : scripts) {
			try {
				String text = TABLE_NAME.matcher(script.getContentAsString(StandardCharsets.UTF_8))
					.replaceAll(tableName);
				renamed.add(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), script.getDescription()));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return new Scripts(renamed).continueOnError(scripts.isContinueOnError()).encoding(StandardCharsets.UTF_8);
	}

}
