using Dapper;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>Listens for jobs that are due immediately when their transactions commit, on whatever silo.</summary>
public sealed class JobListener(AudioDatabase database)
{
    /// <summary>The time after which a silently broken connection is detected.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>Calls for each notification, and once at the start for earlier ones; runs until it fails or is cancelled, on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">The connection was lost or cannot be opened.</exception>
    public Task ListenAsync(Action heard, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            connection.Notification += (_, _) => heard();
            await connection.ExecuteAsync(new CommandDefinition($"listen {JobTable.Channel}", cancellationToken: cancellationToken));
            heard();
            while (true)
            {
                if (!await connection.WaitAsync(Silence, cancellationToken))
                    await connection.ExecuteAsync(new CommandDefinition("select 1", cancellationToken: cancellationToken));
            }
        },
        cancellationToken);
}
