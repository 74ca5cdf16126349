// Begins. In: the page. Out: the application in it.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { Refusal } from "./api/client";
import { App } from "./app";
import { apply } from "./shared/settings";
import "./styles.css";

apply();
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: (failed, error) => failed < 2 && error instanceof Refusal && error.problem.status === 503,
      refetchOnWindowFocus: true,
    },
  },
});
const root = document.getElementById("root");
if (root) createRoot(root).render(<QueryClientProvider client={client}><App client={client} /></QueryClientProvider>);
