using AudioOrleans.Persistence.Tests.Jobs;
using AudioOrleans.Standalone.Postgres;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AudioOrleans.Persistence.Tests.Standalone;

/// <summary>
/// The programs that tests start with "dotnet exec" on this assembly in order to kill them: an owner of a private server, or the workers of a silo.
/// </summary>
internal static class OwnerProgram
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["work", var database, var lease])
        {
            await WorkerProgram.RunAsync(database, lease);
            return 0;
        }

        if (arguments is not ["own", var folder])
        {
            await Console.Error.WriteLineAsync("Expected: own FOLDER, or work DATABASE LEASE");
            return 2;
        }

        var postgres = new PrivatePostgres(
            new PrivatePostgresOptions { Folder = folder }, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
        await postgres.StartAsync();
        await using (var connection = new NpgsqlConnection(postgres.ConnectionString))
        {
            await connection.ExecuteAsync("CREATE TABLE kept AS SELECT 45 AS value");
        }

        await Console.Out.WriteLineAsync($"{postgres.ProcessId}");
        await Console.Out.FlushAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        return 0;
    }
}
