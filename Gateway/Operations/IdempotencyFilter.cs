using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using Microsoft.AspNetCore.Http.Metadata;

namespace AudioOrleans.Gateway.Operations;

/// <summary>Executes a request with an <c>Idempotency-Key</c> once; every request with that key gets the same response.</summary>
public sealed class IdempotencyFilter(IGrainFactory grains, TimeProvider time, ILogger<IdempotencyFilter> logger) : IEndpointFilter
{
    private const int LongestKey = 255;

    /// <summary>How long a repeat waits for the first request.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private IIdempotencyGrain Grain => grains.GetGrain<IIdempotencyGrain>(GrainKeys.Shared);

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Idempotency.Header, out var sent))
            return await next(context);
        if (sent is not [{ Length: > 0 and <= LongestKey } key] || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return ProblemJson.Invalid([new FieldProblem(Idempotency.Header, $"Expected 1 to {LongestKey} visible ASCII characters.", FieldCodes.Malformed)]);

        var request = new KeyedRequest(ScopeOf(http), key, DigestOf(context));
        var claim = await BeginAsync(request, http.RequestAborted);
        switch (claim.Kind)
        {
            case IdempotencyOutcome.Acquired:
                return await WorkAsync(context, next, request, claim);
            case IdempotencyOutcome.Completed:
                return new StoredResponseResult(claim.Answer!, replayed: true);
            case IdempotencyOutcome.Mismatch:
                return ProblemJson.Create(StatusCodes.Status409Conflict, "The idempotency key belongs to another request");
            default:
                http.Response.Headers.RetryAfter = $"{Math.Max(1, Math.Ceiling(claim.LeaseEndsIn.TotalSeconds))}";
                return ProblemJson.Create(StatusCodes.Status409Conflict, "A request with this idempotency key is still in progress");
        }
    }

    /// <summary>
    /// The caller that a key belongs to. Anonymous callers share a scope per network only; a wider one would mix up their keys.
    /// </summary>
    private static string ScopeOf(HttpContext http)
    {
        if (http.User.IdOf(Principals.Subject) is { } userId)
            return $"account/{userId:D}";
        return http.User.Identity is { IsAuthenticated: true } ? "operator" : $"anonymous/{ClientNetwork.From(http)}";
    }

    private async Task<IdempotencyClaim> BeginAsync(KeyedRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var claim = await Grain.Begin(request);
            if (claim.Kind != IdempotencyOutcome.InProgress || time.GetElapsedTime(start) >= Patience)
                return claim;
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<object?> WorkAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, KeyedRequest request, IdempotencyClaim claim)
    {
        context.HttpContext.Features.Set(claim);
        // How far an earlier attempt got is unknown: work that it completed is returned, not repeated.
        OperationContext.Enter(claim.Operation);
        object? result;
        try
        {
            result = await next(context);
        }
        catch (Exception exception)
        {
            // A refusal by a grain has changed nothing. A timeout may have, and a lost response has: their repeat must reach the same resource.
            var refused = exception is AudioException { Error: not (AudioError.Unavailable or AudioError.AnswerLost) } or BadHttpRequestException
                || context.HttpContext.HasMadeNothing();
            await KeepAsync(() => refused ? Grain.Forget(request, claim) : Grain.Yield(request, claim));
            throw;
        }

        var status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        if (status is < 200 or > 299)
        {
            await KeepAsync(() => status < 500 ? Grain.Forget(request, claim) : Grain.Yield(request, claim));
            return result;
        }
        // Stored before it is sent, so that no client sees a response that a repeat would not get.
        var answer = await StoredResponseResult.CaptureAsync(context.HttpContext, result as IResult ?? TypedResults.Ok(result));
        await KeepAsync(() => Grain.Complete(request, claim, answer));
        return new StoredResponseResult(answer, replayed: false);
    }

    /// <summary>Storing may fail, but the work is complete; when the lease expires, a repeat continues under the same operation.</summary>
    private async Task KeepAsync(Func<Task> keep)
    {
        try
        {
            await keep();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "The outcome of an idempotency key could not be stored");
        }
    }

    /// <summary>
    /// The body is hashed as parsed, not as written: whitespace and field order do not make a different request. For a body that is streamed,
    /// only the length is known; its options are in the query or in the tus headers.
    /// </summary>
    private static string DigestOf(EndpointFilterInvocationContext context)
    {
        var http = context.HttpContext;
        var endpoint = (RouteEndpoint)http.GetEndpoint()!;
        var bodyType = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var body = context.Arguments.FirstOrDefault(argument => argument?.GetType() == bodyType);
        var route = string.Join('&', http.Request.RouteValues.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}"));
        var length = body is null && bodyType is not null ? http.Request.ContentLength : null;
        var uploads = string.Join('&', http.Request.Headers.Where(header => header.Key.StartsWith("Upload-", StringComparison.OrdinalIgnoreCase))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Select(header => $"{header.Key}={header.Value}"));
        var text = $"{http.Request.Method}\n{endpoint.RoutePattern.RawText}\n{route}\n{JsonSerializer.Serialize(body, bodyType ?? typeof(object), Json.Options)}{length}\n{http.Request.QueryString}\n{uploads}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
