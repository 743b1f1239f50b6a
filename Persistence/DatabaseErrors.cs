using System.Net.Sockets;
using Npgsql;

namespace AudioOrleans.Persistence;

/// <summary>The database cannot be reached, is starting or stopping, or is overloaded. A later retry may succeed.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others before they reach the grain.</remarks>
public sealed class DatabaseUnavailableException(string message, TimeSpan retryAfter, Exception inner) : OrleansException(message, inner)
{
    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>A row with that unique key already exists.</summary>
public sealed class DuplicateKeyException(string constraintName, Exception inner)
    : OrleansException($"A row with this key already exists ({constraintName}).", inner)
{
    /// <summary>The name of the violated constraint or unique index.</summary>
    public string ConstraintName { get; } = constraintName;
}

/// <summary>A row that others reference cannot be deleted, or a referenced row does not exist.</summary>
public sealed class ReferencedRowException(string constraintName, Exception inner)
    : OrleansException($"A foreign key does not allow this ({constraintName}).", inner)
{
    /// <summary>The name of the violated constraint.</summary>
    public string ConstraintName { get; } = constraintName;
}

/// <summary>Classifies Npgsql's failures.</summary>
internal static class DatabaseErrors
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    /// <summary>The exception for callers, or null if the failure is not about availability, uniqueness or references.</summary>
    public static Exception? Map(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } duplicate =>
            new DuplicateKeyException(duplicate.ConstraintName ?? "unknown constraint", error),
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } reference =>
            new ReferencedRowException(reference.ConstraintName ?? "unknown constraint", error),
        PostgresException { SqlState: var state } => state switch
        {
            PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory =>
                new DatabaseUnavailableException("The database has no free connection.", Later, error),
            PostgresErrorCodes.CannotConnectNow => new DatabaseUnavailableException("The database is starting up.", Soon, error),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
                new DatabaseUnavailableException("The database is shutting down.", Soon, error),
            // Cancelled by the server's own limit: a cancellation by the caller is handled elsewhere.
            PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable =>
                new DatabaseUnavailableException("The database took too long.", Later, error),
            // A standby that has not been promoted yet.
            PostgresErrorCodes.ReadOnlySqlTransaction => new DatabaseUnavailableException("The database is read-only.", Later, error),
            _ when state.StartsWith("08", StringComparison.Ordinal) =>
                new DatabaseUnavailableException("The connection to the database was lost.", Soon, error),
            _ => null,
        },
        { InnerException: TimeoutException } => new DatabaseUnavailableException("The database took too long.", Later, error),
        { InnerException: SocketException or IOException } or { IsTransient: true } =>
            new DatabaseUnavailableException("The database cannot be reached.", Soon, error),
        _ => null,
    };
}
