using System.Net.Sockets;
using System.Text.Json;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Mail;

/// <summary>
/// Sends a mail, retrying until it is sent or its links have expired. A crash between sending and completing sends it twice, with the
/// same <c>Message-ID</c>: twice is better than never.
/// </summary>
public sealed class SendMail(Outbox outbox, SmtpDelivery delivery, JobTable jobs, MailOptions options, TimeProvider time, ILogger<SendMail> logger) : IJobHandler
{
    /// <summary>Its payload is a <see cref="MailPayload"/>. The mail's expiry limits the attempts.</summary>
    public static readonly JobKind Job = new("mail.send", "mail", JobLane.External) { Priority = 30, MaxAttempts = 1_000_000 };

    /// <summary>Limits the backoff to sixteen times the first pause.</summary>
    private const int MostDoublings = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <summary>The first pause after the first failure, then doubled each time, up to sixteen times the first.</summary>
    public static TimeSpan PauseAfter(int attempts, TimeSpan first) => first * (1 << Math.Clamp(attempts - 1, 0, MostDoublings));

    /// <inheritdoc/>
    public TimeSpan? PauseAfter(int attempts) => PauseAfter(attempts, options.RetryAfter);

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (mailId, payload) = (run.Job.JobId, JsonSerializer.Deserialize<MailPayload>(run.Job.Payload)!);
        if (payload.ExpiresAt <= time.GetUtcNow())
        {
            logger.LogError("Mail {MailId} could not be sent in time, after {Attempts} attempts; it is dropped", mailId, run.Job.Attempts - 1);
            throw new JobFailedException("The mail could not be sent in time; it is dropped.");
        }
        if (!options.IsOn)
            throw new MailNotSentException("This silo has no settings for mail.");
        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await delivery.SendAsync(mailId, outbox.Open(mailId, payload), either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailNotSentException($"Mail {mailId:D} could not be sent ({Describe(exception)})");
        }
        // The mail is sent: a cancellation must not cause it to be sent again, and the payload is no longer needed.
        await jobs.CompleteAsync(run.Lease, dropsPayload: true, CancellationToken.None);
    }

    // Never the message: servers include addresses in it.
    private static string Describe(Exception exception) => exception switch
    {
        SmtpCommandException smtp => $"the server answered {(int)smtp.StatusCode} {smtp.StatusCode}",
        OperationCanceledException => $"it was not sent within {Timeout.TotalSeconds} s",
        SocketException socket => $"the server cannot be reached: {socket.SocketErrorCode}",
        { InnerException: { } inner } => $"{exception.GetType().Name}, {Describe(inner)}",
        _ => exception.GetType().Name,
    };
}

/// <summary>A mail was not sent; the message contains no address.</summary>
public sealed class MailNotSentException(string message) : Exception(message);
