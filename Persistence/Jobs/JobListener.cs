using Dapper;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>Hears of jobs that are due at once when their transactions commit, on whatever silo.</summary>
public sealed class JobListener(AudioDatabase database)
{
    /// <summary>A connection that was cut without a word is noticed after this time.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>Calls for each notice, and once at the beginning for those before; runs until it fails or is cancelled, on a connection of its own.</summary>
    /// <exception cref="DatabaseUnavailableException">The connection was lost or cannot be had.</exception>
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
