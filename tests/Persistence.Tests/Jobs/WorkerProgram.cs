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
/// The workers of a silo in a separate process, which a test can kill. The handler writes its result and the outcome of the job in one
/// transaction. The table of results has no key, so a job that was done twice would show up there.
/// </summary>
internal static class WorkerProgram
{
    public const string Tables =
        """
        create table begun (job_id uuid not null, attempt integer not null);
        create table outcomes (job_id uuid not null, attempt integer not null);
        create table deaths (job_id uuid not null);
        """;

    /// <summary>Jobs with this subject always fail.</summary>
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
            // One in ten runs long enough to be taken over by another worker, and to run there when the frozen worker continues.
            var work = Random.Shared.Next(10) == 0 ? 800 : Random.Shared.Next(150);
            await Task.Delay(TimeSpan.FromMilliseconds(work), TimeProvider.System, cancellationToken);
            if (run.Job.Subject == Hopeless)
                throw new JobFailedException("This job always fails");
            if (Random.Shared.Next(10) == 0)
                throw new InvalidDataException("A random failure");
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
