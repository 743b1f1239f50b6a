using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Silo.Jobs;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Persistence.Tests.Jobs;

/// <summary>
/// The workers of a silo in a process of their own, which a test can kill. What comes of a job is written with the job's outcome, in one
/// transaction, into a table without any key: if it were done twice, it would show.
/// </summary>
internal static class WorkerProgram
{
    public const string Tables =
        """
        create table begun (job_id uuid not null, attempt integer not null);
        create table outcomes (job_id uuid not null, attempt integer not null);
        create table deaths (job_id uuid not null);
        """;

    /// <summary>The jobs of this one can never succeed.</summary>
    public const string Hopeless = "upload/hopeless";

    public static async Task RunAsync(string connectionString, string lease)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Jobs:Workers"] = "4", ["Jobs:Lease"] = lease, ["Jobs:Backoff"] = "00:00:00.1", ["Jobs:MaxBackoff"] = "00:00:00.5",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(_ => new AudioDatabase(connectionString));
        builder.Services.AddSingleton<IJobHandler, Handler>().AddJobs(builder.Configuration);
        await builder.Build().RunAsync();
    }

    private sealed class Handler(AudioDatabase database, JobTable table) : IJobHandler
    {
        public JobKind Kind { get; } = new("process", "uploads", JobLane.Work);

        public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            var row = new { run.Job.JobId, run.Job.Attempts };
            await database.RunAsync(connection => connection.ExecuteAsync("insert into begun values (@JobId, @Attempts)", row), cancellationToken);
            // One in ten takes long enough to be taken over, and to be in work again when the frozen worker goes on.
            var work = Random.Shared.Next(10) == 0 ? 800 : Random.Shared.Next(150);
            await Task.Delay(TimeSpan.FromMilliseconds(work), TimeProvider.System, cancellationToken);
            if (run.Job.Subject == Hopeless)
                throw new JobFailedException("There is no hope");
            if (Random.Shared.Next(10) == 0)
                throw new InvalidDataException("Not this time");
            await database.InTransactionAsync(
                async transaction =>
                {
                    await transaction.Connection!.ExecuteAsync("insert into outcomes values (@JobId, @Attempts)", row, transaction);
                    if (!await table.CompleteAsync(transaction, run.Lease, CancellationToken.None))
                        throw new InvalidOperationException("Another worker has the job");
                },
                CancellationToken.None);
        }

        public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => database.RunAsync(
            connection => connection.ExecuteAsync("insert into deaths values (@JobId)", job), cancellationToken);
    }
}
