using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Gateway.Jobs;

/// <summary>The job queue, for admins.</summary>
public static class JobsApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/admin/jobs").RequireAuthorization(Scopes.Admin).WithTags("Admin");
        jobs.MapGet("/stats", GetStatsAsync).WithName("jobs.stats").WithSummary("The state of each queue: jobs that wait and for how long, that run, that were done in the last hour, and that are dead. Admins only.")
            .Produces<ListResponse<JobQueueResponse>>().ProducesAdminProblems();
        jobs.MapGet("/peek", PeekAsync).WithName("jobs.peek").WithSummary("Lists the next jobs of a queue in the order in which they will run, delayed jobs last; or its dead letters, newest first. Admins only.")
            .Produces<ListResponse<JobResponse>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesAdminProblems();
        jobs.MapPost("/{jobId:guid}/retry", RetryAsync).WithName("jobs.retry").WithSummary("Retries a dead or cancelled job with its full number of attempts. Admins only.")
            .Produces<JobResponse>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesAdminProblems();
        jobs.MapPost("/{jobId:guid}/cancel", CancelAsync).WithName("jobs.cancel").WithSummary("Cancels a job: a waiting job at once, a running job within seconds. Admins only.")
            .Produces<JobResponse>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesAdminProblems();
        jobs.MapPost("/purge-dlq", PurgeAsync).WithName("jobs.purge").WithSummary("Deletes all dead letters except those whose owners have not been notified yet. Admins only.")
            .Produces<JobsPurged>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesAdminProblems();
    }

    private static async Task<IResult> GetStatsAsync(ClaimsPrincipal user, IGrainFactory grains)
    {
        var queues = await Grain(grains).GetStats(user.ToCaller());
        return TypedResults.Ok(new ListResponse<JobQueueResponse>([.. queues.Select(JobQueueResponse.From)], null));
    }

    private static async Task<IResult> PeekAsync([AsParameters] PeekQuery query, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (peek, problems) = query.ToPeek();
        if (problems.Count > 0)
            return ProblemJson.Invalid(problems);
        var jobs = await Grain(grains).Peek(user.ToCaller(), peek);
        return TypedResults.Ok(new ListResponse<JobResponse>([.. jobs.Select(JobResponse.From)], null));
    }

    private static async Task<IResult> RetryAsync(Guid jobId, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok(JobResponse.From(await Grain(grains).Retry(user.ToCaller(), jobId)));

    private static async Task<IResult> CancelAsync(Guid jobId, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok(JobResponse.From(await Grain(grains).Cancel(user.ToCaller(), jobId)));

    private static async Task<IResult> PurgeAsync(JobPurge body, ClaimsPrincipal user, IGrainFactory grains) => body.Confirm == JobPurge.Word
        ? TypedResults.Ok(new JobsPurged(await Grain(grains).PurgeDead(user.ToCaller())))
        : ProblemJson.Invalid([new FieldProblem("confirm", $"Expected the word {JobPurge.Word}.", FieldCodes.UnknownValue)]);

    private static IJobsGrain Grain(IGrainFactory grains) => grains.GetGrain<IJobsGrain>(GrainKeys.Shared);

    private static RouteHandlerBuilder ProducesAdminProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
