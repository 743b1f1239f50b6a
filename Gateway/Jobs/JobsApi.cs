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
        jobs.MapGet("/stats", GetStatsAsync).WithName("jobs.stats").WithSummary("How each queue stands: what waits and for how long, runs, was done in the last hour, and is dead. Admins only.")
            .Produces<ListResponse<JobQueueResponse>>().ProducesAdminProblems();
        jobs.MapGet("/peek", PeekAsync).WithName("jobs.peek").WithSummary("The next jobs of a queue in the order in which they will run, those that wait for their time last; or its dead letters, the latest first. Admins only.")
            .Produces<ListResponse<JobResponse>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesAdminProblems();
        jobs.MapPost("/{jobId:guid}/retry", RetryAsync).WithName("jobs.retry").WithSummary("Has a job tried again that is dead or cancelled, with all attempts before it. Admins only.")
            .Produces<JobResponse>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesAdminProblems();
        jobs.MapPost("/{jobId:guid}/cancel", CancelAsync).WithName("jobs.cancel").WithSummary("Calls a job off: one that waits is cancelled at once, one that runs within seconds. Admins only.")
            .Produces<JobResponse>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesAdminProblems();
        jobs.MapPost("/purge-dlq", PurgeAsync).WithName("jobs.purge").WithSummary("Deletes all dead letters, but those whose owners have not been told yet. Admins only.")
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
