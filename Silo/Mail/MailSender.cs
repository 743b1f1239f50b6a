using System.Net.Sockets;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Mail;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Mail;

/// <summary>
/// Takes mails out of the outbox and sends them, each until it is sent or its links are worth nothing. A mail that was sent and
/// could not be removed is sent again: twice is better than never.
/// </summary>
public sealed class MailSender(Outbox outbox, OutboxTable table, SmtpDelivery delivery, MailOptions options, TimeProvider time, ILogger<MailSender> logger) : BackgroundService
{
    /// <summary>So many are sent at once, each over a connection of its own.</summary>
    private const int AtOnce = 8;

    /// <summary>The pause doubles no further: sixteen times the first.</summary>
    private const int MostDoublings = 4;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Longer than an attempt may take: until then no other silo sends the mail.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How long a mail waits after its n-th attempt.</summary>
    public static TimeSpan PauseAfter(int attempts, TimeSpan first) => first * (1 << Math.Clamp(attempts - 1, 0, MostDoublings));

    /// <summary>Sends for as long as the silo runs.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.IsOn && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await SendDueAsync(stoppingToken) == AtOnce)
                    logger.LogDebug("There are more mails than are sent at once");
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Mail is no reason to end a platform that plays.
                logger.LogWarning(exception, "The outbox cannot be read or written; trying again");
            }
            await outbox.WaitAsync(Poll, stoppingToken);
        }
    }

    private async Task<int> SendDueAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var rows = await table.TakeAsync(now, now + Lease, AtOnce, stoppingToken);
        await Task.WhenAll(rows.Select(row => SendAsync(row, stoppingToken)));
        return rows.Count;
    }

    private async Task SendAsync(OutboxRow row, CancellationToken stoppingToken)
    {
        if (row.ExpiresAt <= time.GetUtcNow().UtcDateTime)
        {
            logger.LogError("Mail {MailId} could not be sent in time, after {Attempts} attempts; it is dropped", row.MailId, row.Attempts - 1);
            await table.RemoveAsync(row.MailId, stoppingToken);
            return;
        }
        using var late = new CancellationTokenSource(Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stoppingToken);
        try
        {
            await delivery.SendAsync(row.MailId, outbox.Open(row), end.Token);
        }
        catch (Exception exception)
        {
            // Whatever it is must neither end the sender nor lose the mail.
            await PostponeAsync(row, exception, stoppingToken.IsCancellationRequested);
            return;
        }
        // It is sent: what stops now must not have it sent again.
        await table.RemoveAsync(row.MailId, CancellationToken.None);
    }

    private async Task PostponeAsync(OutboxRow row, Exception exception, bool isStopping)
    {
        var pause = isStopping ? TimeSpan.Zero : PauseAfter(row.Attempts, options.RetryAfter);
        if (!isStopping)
            logger.LogWarning("Mail {MailId} could not be sent ({Reason}); attempt {Attempts}, the next in {Pause}", row.MailId, Describe(exception), row.Attempts, pause);
        await table.PostponeAsync(row.MailId, (time.GetUtcNow() + pause).UtcDateTime, CancellationToken.None);
    }

    // Never the message: servers repeat addresses in what they say.
    private static string Describe(Exception exception) => exception switch
    {
        SmtpCommandException smtp => $"the server answered {(int)smtp.StatusCode} {smtp.StatusCode}",
        OperationCanceledException => $"it was not done within {Timeout.TotalSeconds} s",
        SocketException socket => $"the server cannot be reached: {socket.SocketErrorCode}",
        { InnerException: { } inner } => $"{exception.GetType().Name}, {Describe(inner)}",
        _ => exception.GetType().Name,
    };
}
