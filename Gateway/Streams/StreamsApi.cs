using System.Security.Claims;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Live;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Gateway.Slugs;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Streams;

/// <summary>Registering, reading and managing streams.</summary>
public static class StreamsApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapStreams(this IEndpointRouteBuilder routes)
    {
        var streams = routes.MapGroup("/streams").WithTags("Streams");
        streams.MapPost("/", RegisterAsync).WithName("streams.register").AcceptsIdempotencyKey().RequireAuthorization(Scopes.StreamsWrite)
            .WithSummary("Registers a source: probes it, stores it and relays it from now on.")
            .Produces<StreamRegistered>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        streams.MapGet("/", ListAsync).WithName("streams.list")
            .WithSummary("Lists public streams and the caller's own, newest first.")
            .Produces<ListResponse<StreamResponse>>().ProducesProblem(StatusCodes.Status400BadRequest);
        streams.MapGet("/{streamId:guid}", GetAsync).WithName("streams.get").WithSummary("Gets a stream, by its id or its slug; a former slug is redirected (301).")
            .Produces<StreamResponse>().Produces(StatusCodes.Status304NotModified).ProducesReadProblems();
        streams.MapGet(SlugRoutes.Pattern, GetBySlugAsync).WithName("streams.get_by_slug").ExcludeFromDescription();
        streams.MapPatch("/{streamId:guid}", UpdateAsync).WithName("streams.update").RequireAuthorization(Scopes.StreamsWrite)
            .WithSummary("Changes a stream; with `If-Match` only if nobody else has changed it. A new source is probed first.")
            .Produces<StreamUpdated>().ProducesReadProblems().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        streams.MapDelete("/{streamId:guid}", DeleteAsync).WithName("streams.delete").RequireAuthorization(Scopes.StreamsWrite)
            .WithSummary("Ends the relay and deletes the stream.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
        streams.MapGet("/{streamId:guid}/status", GetStatusAsync).WithName("streams.get_status").WithSummary("Gets the current status of a stream.")
            .Produces<StreamStatusResponse>().ProducesReadProblems();
        streams.MapPost("/{streamId:guid}/heartbeat", HeartbeatAsync).WithName("streams.beat").WithMetadata(new TakesOtherCredentials("relay_token")).WithoutAudit()
            .WithSummary("Receives a heartbeat of an external relay; takes the stream's relay token as bearer token.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems().ProducesProblem(StatusCodes.Status400BadRequest);
        streams.MapGet("/{streamId:guid}/history", GetHistoryAsync).WithName("streams.get_history").WithSummary("Lists the tracks that a stream played, newest first.")
            .Produces<ListResponse<TrackResponse>>().ProducesReadProblems();
        streams.MapGet("/{streamId:guid}/timeline", GetTimelineAsync).WithName("streams.get_timeline").RequireAuthorization(Scopes.StreamsRead)
            .WithSummary("Lists why a stream was silent: connects, drops, retries and their reasons, newest first. Owner only.")
            .Produces<ListResponse<TimelineResponse>>().ProducesReadProblems();
        streams.MapGet("/{streamId:guid}/events", StreamEventsEndpoint.GetAsync).WithName("streams.get_events").WithMetadata(MediaResource.Stream).AllowAnyOrigin().WithoutDeadline()
            .WithSummary("Server-sent events: now_playing, listeners, state.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").ProducesReadProblems();
        return streams;
    }

    private static async Task<IResult> RegisterAsync(StreamRegistration body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        List<FieldProblem> missing = [];
        if (string.IsNullOrWhiteSpace(body.Name))
            missing.Add(new FieldProblem("name", "Expected the station's name.", FieldCodes.Required));
        if (string.IsNullOrWhiteSpace(body.ShoutcastUrl))
            missing.Add(new FieldProblem("shoutcast_url", "Expected the address of an Icecast or SHOUTcast server.", FieldCodes.Required));
        if (missing.Count > 0)
            return ProblemJson.Invalid(missing);

        var streamId = context.NewResourceId();
        var caller = user.ToCaller();
        var stream = Grain(grains, streamId);
        var outcome = await stream.Register(new RegisterStream(
            user.AccountId(), body.Name!, body.ShoutcastUrl!, body.Mount, body.StreamKey, body.Genre ?? "", body.Description ?? "",
            body.Visibility ?? Visibility.Public, body.MonetizationEnabled ?? false, body.MetadataCharset, body.Slug));
        if (Refuse(outcome) is { } refusal)
            return refusal;
        var details = await stream.Get(caller);
        context.Response.Headers.ETag = EntityTags.Format(details.Revision, EntityTags.OwnersView);
        return TypedResults.Created($"/v1/streams/{streamId:D}", new StreamRegistered(streamId, "registered", details.RelayToken));
    }

    private static async Task<IResult> ListAsync([AsParameters] CatalogQuery query, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address)
    {
        var page = await Catalog(grains).List(user.HasScope(Scopes.StreamsRead) ? user.ToCaller() : Caller.Anonymous, query.ToPage(), query.WantsOwn(user));
        return TypedResults.Ok(page.ToAnswer(stream => StreamResponse.From(stream, address)));
    }

    private static async Task<IResult> GetAsync(Guid streamId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache, AccessPolicy policy, PublicAddress address)
    {
        // The owner-only fields include the relay token, which permits heartbeats: only callers that may change the stream get them.
        var caller = user.HasScope(Scopes.StreamsWrite) ? user.ToCaller() : Caller.Anonymous;
        var details = await Grain(grains, streamId).Get(caller);
        var view = caller.Owns(details.OwnerId) ? EntityTags.OwnersView : EntityTags.CommonView;
        return await policy.RefuseAsync(streamId, await accessCache.FindAsync(streamId), user) ?? context.OkOrNotModified(StreamResponse.From(details, address), details.Revision, view);
    }

    private static Task<IResult> GetBySlugAsync(string slug, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache, AccessPolicy policy, PublicAddress address) =>
        SlugRoutes.AnswerAsync("stream", "/v1/streams", slug, context, grains, streamId => GetAsync(streamId, context, user, grains, accessCache, policy, address));

    private static async Task<IResult> UpdateAsync(Guid streamId, StreamChanges body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache)
    {
        var outcome = await Grain(grains, streamId).Update(user.ToCaller(), new StreamPatch(
            body.Name, body.ShoutcastUrl, body.Mount, body.StreamKey, body.Genre, body.Description, body.Visibility, body.MonetizationEnabled, body.Enabled, body.MetadataCharset,
            context.Request.ExpectedRevision(EntityTags.OwnersView), body.Slug));
        accessCache.Forget(streamId);
        if (Refuse(outcome) is { } refusal)
            return refusal;
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Ok(new StreamUpdated(streamId, outcome.UpdatedFields));
    }

    private static async Task<IResult> DeleteAsync(Guid streamId, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache)
    {
        await Grain(grains, streamId).Delete(user.ToCaller());
        accessCache.Forget(streamId);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> GetStatusAsync(Guid streamId, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache, AccessPolicy policy) =>
        await policy.RefuseAsync(streamId, await accessCache.FindAsync(streamId), user) ?? TypedResults.Ok(StreamStatusResponse.From(await Grain(grains, streamId).GetStatus()));

    private static async Task<IResult> HeartbeatAsync(Guid streamId, RelayHeartbeat body, HttpContext context, IGrainFactory grains)
    {
        const string bearer = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
            return ProblemJson.Create(StatusCodes.Status401Unauthorized, "The stream's relay token is needed");
        List<FieldProblem> problems = [];
        if (body.Listeners is not >= 0)
            problems.Add(new FieldProblem("listeners", "Expected a whole number, 0 or more.", body.Listeners is null ? FieldCodes.Required : FieldCodes.OutOfRange));
        if (body.UptimeSeconds is not (>= 0 and <= int.MaxValue))
            problems.Add(new FieldProblem("uptime_seconds", "Expected a whole number, 0 or more.", body.UptimeSeconds is null ? FieldCodes.Required : FieldCodes.OutOfRange));
        if (body.CpuUsage is < 0)
            problems.Add(new FieldProblem("cpu_usage", "Expected a number, 0 or more.", FieldCodes.OutOfRange));
        if (problems.Count > 0)
            return ProblemJson.Invalid(problems);
        await grains.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId)).ReportHeartbeat(new ExternalHeartbeat(
            header[bearer.Length..].Trim(), body.Listeners!.Value, TimeSpan.FromSeconds(body.UptimeSeconds!.Value), body.CpuUsage));
        return TypedResults.NoContent();
    }

    private static async Task<IResult> GetHistoryAsync(Guid streamId, [AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache, AccessPolicy policy)
    {
        if (await policy.RefuseAsync(streamId, await accessCache.FindAsync(streamId), user) is { } refusal)
            return refusal;
        var page = await Catalog(grains).GetHistory(streamId, query.ToPage());
        return TypedResults.Ok(page.ToAnswer(track => new TrackResponse(track.Title, track.StartedAt, track.EndedAt)));
    }

    private static async Task<IResult> GetTimelineAsync(Guid streamId, [AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache, AccessPolicy policy)
    {
        var access = await accessCache.FindAsync(streamId) ?? throw new AudioException(AudioError.NotFound, "Stream not found");
        if (await policy.RefuseOthersAsync(Publication.From(streamId, access), user) is { } refusal)
            return refusal;
        var page = await Catalog(grains).GetTimeline(streamId, query.ToPage());
        return TypedResults.Ok(page.ToAnswer(entry => new TimelineResponse(entry.At, entry.Kind, entry.Reason)));
    }

    private static IResult? Refuse(StreamOutcome outcome)
    {
        if (!outcome.Problems.IsEmpty)
            return ProblemJson.Invalid(outcome.Problems);
        return outcome.SourceReason is { } reason
            ? ProblemJson.Create(StatusCodes.Status422UnprocessableEntity, outcome.SourceMessage!, [new("reason", reason)])
            : null;
    }

    private static IStreamGrain Grain(IGrainFactory grains, Guid streamId) => grains.GetGrain<IStreamGrain>(GrainKeys.Stream(streamId));

    private static IStreamCatalogGrain Catalog(IGrainFactory grains) => grains.GetGrain<IStreamCatalogGrain>(GrainKeys.Shared);

    private static RouteHandlerBuilder ProducesReadProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
