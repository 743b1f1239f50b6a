using System.Globalization;
using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// Resumable uploads by tus 1.0, with creation, creation with upload, deferred lengths, concatenation, termination, checksum and expiration; all
/// other rules are the same as for uploads.
/// </summary>
public static class TusApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapTus(this IEndpointRouteBuilder routes)
    {
        var tus = routes.MapGroup("/uploads/tus").WithTags("Uploads").WithoutDeadline().AnswerStoreFaults().AddEndpointFilter(SpeakTusAsync);
        tus.MapMethods("/", [HttpMethods.Options], Describe).WithName("tus.describe").WithSummary("Describes in headers what the server supports of tus 1.0.")
            .Produces(StatusCodes.Status204NoContent);
        tus.MapPost("/", TusCreation.CreateAsync).WithName("tus.create").AddEndpointFilter(TusCreation.NotifyAgainAsync).AcceptsIdempotencyKey()
            .RequireAuthorization(Scopes.UploadsWrite).WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("Creates a resumable upload: `Upload-Length` or `Upload-Defer-Length`, and `Upload-Metadata` with `filename`, `renditions`, `target_lufs`. The first bytes may be sent with it. `Upload-Concat` creates a partial upload, or a final one from several partial ones.")
            .Produces(StatusCodes.Status201Created).ProducesTusProblems().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(TusReceiver.ChecksumMismatch);
        tus.MapMethods("/{uploadId:guid}", [HttpMethods.Head], GetOffsetAsync).WithName("tus.get_offset").RequireAuthorization(Scopes.UploadsWrite)
            .WithSummary("Gets how many bytes of a resumable upload were received.")
            .Produces(StatusCodes.Status200OK).ProducesTusProblems().ProducesProblem(StatusCodes.Status404NotFound);
        tus.MapPatch("/{uploadId:guid}", AppendAsync).WithName("tus.append").RequireAuthorization(Scopes.UploadsWrite).WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("Sends bytes of a resumable upload, starting at `Upload-Offset`, and its `Upload-Length` if that was deferred; after the last bytes it is checked and prepared.")
            .Produces(StatusCodes.Status204NoContent).ProducesAppendProblems();
        tus.MapDelete("/{uploadId:guid}", TerminateAsync).WithName("tus.terminate").RequireAuthorization(Scopes.UploadsWrite)
            .WithSummary("Terminates a resumable upload.")
            .Produces(StatusCodes.Status204NoContent).ProducesTusProblems().ProducesProblem(StatusCodes.Status404NotFound);
        tus.MapPost("/{uploadId:guid}", OverrideAsync).WithName("tus.override").RequireAuthorization(Scopes.UploadsWrite).WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("PATCH or DELETE for clients that can send neither: `X-HTTP-Method-Override` names the method.")
            .Produces(StatusCodes.Status204NoContent).ProducesAppendProblems();
        return tus;
    }

    /// <summary>Adds the version to each response, and refuses requests of another version.</summary>
    private static async ValueTask<object?> SpeakTusAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        // When the response starts, because the exception handler begins by clearing the headers.
        http.Response.OnStarting(static response =>
        {
            var headers = ((HttpResponse)response).Headers;
            headers[TusHeaders.Resumable] = TusHeaders.Version;
            headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, http.Response);
        if (HttpMethods.IsOptions(http.Request.Method) || http.Request.Headers[TusHeaders.Resumable] == TusHeaders.Version)
            return await next(context);
        http.Response.Headers[TusHeaders.SupportedVersions] = TusHeaders.Version;
        return ProblemJson.Create(StatusCodes.Status412PreconditionFailed, $"Expected the header {TusHeaders.Resumable}: {TusHeaders.Version}");
    }

    private static IResult Describe(HttpContext context, UploadOptions options)
    {
        var headers = context.Response.Headers;
        headers[TusHeaders.SupportedVersions] = TusHeaders.Version;
        headers[TusHeaders.Extensions] = "creation,creation-with-upload,creation-defer-length,concatenation,termination,checksum,expiration";
        headers[TusHeaders.MaxSize] = options.MaxBytes.ToString(CultureInfo.InvariantCulture);
        headers[TusHeaders.ChecksumAlgorithms] = PartChecksum.Algorithms;
        return TypedResults.NoContent();
    }

    private static async Task<IResult> GetOffsetAsync(Guid uploadId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        var arrival = await Grain(grains, uploadId).GetArrival(user.ToCaller());
        var headers = context.Response.Headers;
        if (arrival.IsLengthDeferred)
            headers[TusHeaders.DeferLength] = "1";
        else
            headers[TusHeaders.Length] = arrival.Length.ToString(CultureInfo.InvariantCulture);
        TusHeaders.Tell(context.Response, arrival);
        if (arrival.Metadata is { } metadata)
            headers[TusHeaders.Metadata] = metadata;
        if (arrival.Concat is { } concat)
            headers[TusHeaders.Concat] = concat.Header;
        return TypedResults.Ok();
    }

    private static async Task<IResult> AppendAsync(Guid uploadId, HttpContext context, ClaimsPrincipal user, TusReceiver receiver)
    {
        if (context.Request.ContentType != TusHeaders.PartContentType)
            return ProblemJson.Create(StatusCodes.Status415UnsupportedMediaType, $"Expected the Content-Type {TusHeaders.PartContentType}");
        var offset = TusHeaders.ReadBytes(context.Request, TusHeaders.Offset);
        long? length = context.Request.Headers.ContainsKey(TusHeaders.Length) ? TusHeaders.ReadBytes(context.Request, TusHeaders.Length) : null;
        using var checksum = PartChecksum.Read(context.Request);
        var (arrival, refusal) = await receiver.TakeAsync(uploadId, user, offset, length, context, checksum);
        TusHeaders.Tell(context.Response, arrival);
        return refusal ?? TypedResults.NoContent();
    }

    private static async Task<IResult> TerminateAsync(Guid uploadId, ClaimsPrincipal user, IGrainFactory grains)
    {
        var arrival = await Grain(grains, uploadId).GetArrival(user.ToCaller());
        if (arrival.IsComplete)
            await grains.GetGrain<IUploadGrain>(GrainKeys.Upload(uploadId)).Delete(user.ToCaller());
        else
            await Grain(grains, uploadId).Abandon();
        return TypedResults.NoContent();
    }

    private static Task<IResult> OverrideAsync(Guid uploadId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, TusReceiver receiver) =>
        context.Request.Headers[TusHeaders.MethodOverride].ToString().ToUpperInvariant() switch
        {
            "PATCH" => AppendAsync(uploadId, context, user, receiver),
            "DELETE" => TerminateAsync(uploadId, user, grains),
            _ => Task.FromResult(ProblemJson.Invalid([new FieldProblem(TusHeaders.MethodOverride, "Expected PATCH or DELETE.", FieldCodes.UnknownValue)])),
        };

    private static IUploadIngestGrain Grain(IGrainFactory grains, Guid uploadId) => grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(uploadId));

    private static RouteHandlerBuilder ProducesTusProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder ProducesAppendProblems(this RouteHandlerBuilder route) => route.ProducesTusProblems()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(TusReceiver.ChecksumMismatch);
}
