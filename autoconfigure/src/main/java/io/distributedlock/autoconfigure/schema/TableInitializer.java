package io.distributedlock.autoconfigure.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.distributedlock.LockStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;
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
 * Creates tables. Our own script follows the configured table name; a script of the user
 * is run as it is.
 */
public class TableInitializer extends DataSourceScriptDatabaseInitializer {

	private static final Logger logger = LoggerFactory.getLogger(TableInitializer.class);

	private final OwnScript own;

	private final String tableName;

	private final boolean isOwn;

	/**
	 * Creates an initializer.
	 * @param dataSource where the tables are created
	 * @param properties whether, and by which script
	 * @param own the script of ours
	 * @param tableName the name of its first table
	 */
	protected TableInitializer(DataSource dataSource, DatabaseInitializationProperties properties, OwnScript own,
			String tableName) {
		super(dataSource, settings(dataSource, properties, own));
		this.own = own;
		this.tableName = tableName;
		this.isOwn = own.location().equals(properties.getSchema());
	}

	/**
	 * As of Spring Boot, but a database that is not going to be initialized is not asked
	 * of what kind it is: it may be down, or unknown and used for other things.
	 */
	private static DatabaseInitializationSettings settings(DataSource dataSource,
			DatabaseInitializationProperties properties, OwnScript own) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setContinueOnError(properties.isContinueOnError());
		settings.setMode(properties.getInitializeSchema());
		if (properties.getInitializeSchema() == DatabaseInitializationMode.ALWAYS
				|| EmbeddedDatabaseConnection.isEmbedded(dataSource)) {
			settings.setSchemaLocations(schemaLocations(dataSource, properties, own));
		}
		return settings;
	}

	/**
	 * Returns the scripts for a database.
	 * @param dataSource asked of what kind it is, unless that is configured
	 * @param properties where the scripts are
	 * @param own the script of ours
	 * @return their locations
	 * @throws LockStoreException if the database does not answer
	 */
	protected static List<String> schemaLocations(DataSource dataSource, DatabaseInitializationProperties properties,
			OwnScript own) {
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
					own.user() + " cannot create its table: the database does not tell of what kind it is", ex);
		}
	}

	/** MySQL's driver says that MariaDB is MySQL, of another version. */
	private static boolean isMariaDb(DataSource dataSource) throws MetaDataAccessException {
		return JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductVersion)
			.contains("MariaDB");
	}

	@Override
	protected void runScripts(Scripts scripts) {
		if (this.isOwn) {
			runRepeatedly(this.own.tableName().equals(this.tableName) ? scripts : renamed(scripts));
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
		for (int attempt = 1; attempt <= this.own.tables(); attempt++) {
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
		for (Resource script : scripts) {
			try {
				String text = script.getContentAsString(StandardCharsets.UTF_8);
				renamed.add(new ByteArrayResource(this.own.renamed(text, this.tableName), script.getDescription()));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return new Scripts(renamed).continueOnError(scripts.isContinueOnError()).encoding(StandardCharsets.UTF_8);
	}

}
