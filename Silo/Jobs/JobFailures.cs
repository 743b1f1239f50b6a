using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using Npgsql;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Classifies failures in the loops of the job queue.</summary>
internal static class JobFailures
{
    private const int LongestText = 1000;

    /// <summary>Whether the database is unavailable, or aborted one of two conflicting transactions: a retry may succeed.</summary>
    public static bool IsPassing(this Exception exception) => exception.IsFailedCall() || exception is NpgsqlException;

    /// <summary>How a failure affects the job's next attempt.</summary>
    public static JobFault Fault(this Exception exception) => exception switch
    {
        JobFailedException => JobFault.Final,
        ObjectStoreUnavailableException or AudioException { Error: AudioError.Unavailable } or NpgsqlException { IsTransient: true } => JobFault.Outage,
        _ => JobFault.Passing,
    };

    /// <summary>A sentence for the job's row.</summary>
    public static string Describe(this Exception exception)
    {
        var text = exception is JobFailedException or AudioException or MailNotSentException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
        return text.Length <= LongestText ? text : text[..LongestText];
    }
}
