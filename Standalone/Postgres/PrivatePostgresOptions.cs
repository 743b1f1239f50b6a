namespace AudioOrleans.Standalone.Postgres;

/// <summary>Options for the private PostgreSQL.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>The folder of the cluster, created at first start. If we are root, the user postgres must be able to access it.</summary>
    public required string Folder { get; init; }

    /// <summary>The maximum number of connections.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>
    /// False trades durability for speed (no fsync): for tests only. A crash of the machine then loses the cluster.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>How long a start may take, including crash recovery.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The private PostgreSQL could not be set up or started; the message says what to do.</summary>
public sealed class PrivatePostgresException(string message, Exception? inner = null) : Exception(message, inner);
